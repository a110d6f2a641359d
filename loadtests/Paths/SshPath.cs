using System.Globalization;

namespace PrivateConnect.LoadTests.Paths;

/// <summary>
/// <c>ssh -R</c> with AES-128-GCM: an own sshd on a high port with throw-away keys and configuration, and one client.
/// Counted are sshd's session processes and the client.
/// </summary>
internal sealed class SshPath : ITunnelPath
{
    public const string Cipher = "aes128-gcm@openssh.com";

    private readonly ChildProcess _server;
    private readonly ChildProcess _client;

    private SshPath(ChildProcess server, ChildProcess client, int port) =>
        (_server, _client, Port) = (server, client, port);

    public string Name => "ssh -R";

    public int Port { get; }

    public static async Task<SshPath> StartAsync(int targetPort, string folder)
    {
        var (serverPort, port) = (FreePorts.One(), FreePorts.One());
        await MakeKeyAsync(folder, "host_key");
        await MakeKeyAsync(folder, "user_key");
        File.Copy(Path.Combine(folder, "user_key.pub"), Path.Combine(folder, "authorized_keys"));
        await File.WriteAllTextAsync(Path.Combine(folder, "sshd_config"), ServerConfig(folder, serverPort));
        await File.WriteAllTextAsync(Path.Combine(folder, "ssh_config"), ClientConfig(folder, serverPort));
        if (Environment.IsPrivilegedProcess) Directory.CreateDirectory("/run/sshd"); // sshd's privilege separation folder

        var server = ChildProcess.Start(
            "sshd", "/usr/sbin/sshd", ["-D", "-e", "-f", Path.Combine(folder, "sshd_config")]);
        ChildProcess? client = null;
        try
        {
            await Until.TrueAsync(
                () => server.HasExited
                    ? throw new InvalidOperationException($"sshd ended\n{server.Transcript}")
                    : server.Transcript.Contains("Server listening", StringComparison.Ordinal),
                "sshd listens");
            client = ChildProcess.Start("ssh", "ssh",
            [
                "-F", Path.Combine(folder, "ssh_config"), "-N", "-T",
                "-R", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}:127.0.0.1:{targetPort}"), "peer",
            ]);
            await PathProbe.WaitAsync(port, "ssh -R", server, client);
            return new SshPath(server, client, port);
        }
        catch
        {
            if (client is not null) await client.DisposeAsync();
            await server.DisposeAsync();
            throw;
        }
    }

    public IReadOnlyList<PathPart> Parts() =>
        [new("sshd", ProcFs.WithDescendants(_server.Id)), new("ssh", [_client.Id])];

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        // A session process that outlives its client is a child of the server, and ends with its connection.
        await _server.DisposeAsync();
    }

    private static async Task MakeKeyAsync(string folder, string name)
    {
        await using var keygen = ChildProcess.Start(
            "ssh-keygen", "ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", Path.Combine(folder, name)]);
        if (await keygen.WaitForExitAsync() != 0)
            throw new InvalidOperationException($"ssh-keygen failed\n{keygen.Transcript}");
    }

    private static string ServerConfig(string folder, int port) => string.Create(CultureInfo.InvariantCulture, $"""
        Port {port}
        ListenAddress 127.0.0.1
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

    private static string ClientConfig(string folder, int port) => string.Create(CultureInfo.InvariantCulture, $"""
        Host peer
            HostName 127.0.0.1
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
