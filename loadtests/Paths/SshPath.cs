using System.Globalization;

namespace PrivateConnect.LoadTests.Paths;

/// <summary>
/// <c>ssh -R</c> with AES-128-GCM: an own sshd on a high port with throw-away keys and configuration, and one client.
/// Counted are sshd, its session processes and the client.
/// </summary>
internal static class SshPath
{
    private const string Cipher = "aes128-gcm@openssh.com";

    public static async Task<ITunnelPath> StartAsync(PathStart start)
    {
        var (serverPort, port, folder) = (FreePorts.One(), FreePorts.One(), start.Folder());
        await MakeKeyAsync(folder, "host_key");
        await MakeKeyAsync(folder, "user_key");
        File.Copy(Path.Combine(folder, "user_key.pub"), Path.Combine(folder, "authorized_keys"));
        await File.WriteAllTextAsync(Path.Combine(folder, "sshd_config"), ServerConfig(folder, start.NearAddress, serverPort));
        await File.WriteAllTextAsync(Path.Combine(folder, "ssh_config"), ClientConfig(folder, start.NearAddress, serverPort));

        var server = ChildProcess.Start(
            "sshd", "/usr/sbin/sshd", ["-D", "-e", "-f", Path.Combine(folder, "sshd_config")]);
        try
        {
            await Until.TrueAsync(
                () => server.HasExited
                    ? throw new InvalidOperationException($"sshd ended\n{server.Transcript}")
                    : server.Transcript.Contains("Server listening", StringComparison.Ordinal),
                "sshd listens");
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }

        var client = start.StartFar("ssh", "ssh",
        [
            "-F", Path.Combine(folder, "ssh_config"), "-N", "-T",
            "-R", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}:127.0.0.1:{start.TargetPort}"), "peer",
        ]);
        return await TwoProcesses.ReadyAsync("ssh -R", server, client, port);
    }

    private static async Task MakeKeyAsync(string folder, string name)
    {
        await using var keygen = ChildProcess.Start(
            "ssh-keygen", "ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", Path.Combine(folder, name)]);
        if (await keygen.WaitForExitAsync() != 0)
            throw new InvalidOperationException($"ssh-keygen failed\n{keygen.Transcript}");
    }

    private static string ServerConfig(string folder, string address, int port) => string.Create(CultureInfo.InvariantCulture, $"""
        Port {port}
        ListenAddress {address}
        HostKey {folder}/host_key
        AuthorizedKeysFile {folder}/authorized_keys
        StrictModes no
        PidFile none
        UsePAM no
        UseDNS no
        PermitRootLogin prohibit-password
        PasswordAuthentication no
        AllowTcpForwarding yes
        Compression no
        Ciphers {Cipher}
        LogLevel INFO

        """);

    private static string ClientConfig(string folder, string address, int port) => string.Create(CultureInfo.InvariantCulture, $"""
        Host peer
            HostName {address}
            Port {port}
            User {Environment.UserName}
            IdentityFile {folder}/user_key
            IdentitiesOnly yes
            IdentityAgent none
            StrictHostKeyChecking no
            UserKnownHostsFile /dev/null
            GlobalKnownHostsFile /dev/null
            BatchMode yes
            Compression no
            Ciphers {Cipher}
            ControlMaster no
            ControlPath none
            ExitOnForwardFailure yes
            LogLevel ERROR

        """);
}
