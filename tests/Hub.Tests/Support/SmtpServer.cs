using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace PrivateConnect.Hub.Tests.Support;

/// <summary>A mail server on loopback that really speaks SMTP: greeting, EHLO, STARTTLS, AUTH PLAIN, DATA.</summary>
internal sealed class SmtpServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ending = new();
    private readonly X509Certificate2 _certificate = NewCertificate();
    private readonly ConcurrentBag<Task> _talks = [];
    private readonly Task _accepting;

    public SmtpServer()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public bool OffersTls { get; init; } = true;

    public bool StartsInTls { get; init; }

    /// <summary>"user:password" that it asks for; null: it takes mail from anybody.</summary>
    public string? Login { get; init; }

    /// <summary>Answers DATA with 451 that often before it takes a mail.</summary>
    public int Refusals { get; set; }

    /// <summary>Mails as they came, and whether the connection was encrypted.</summary>
    public ConcurrentQueue<(string Text, bool Tls)> Mails { get; } = new();

    /// <summary>The only certificate that a client of this test trusts.</summary>
    public bool IsMine(X509Certificate? shown) => shown?.GetCertHashString() == _certificate.GetCertHashString();

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_talks);
        _certificate.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _talks.Add(TalkAsync(await _listener.AcceptTcpClientAsync(_ending.Token)));
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task TalkAsync(TcpClient client)
    {
        try
        {
            using (client) await TalkAsync(client.GetStream());
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException
            or System.Security.Authentication.AuthenticationException)
        {
        }
    }

    private async Task TalkAsync(Stream plain)
    {
        var stream = StartsInTls ? await EncryptAsync(plain) : plain;
        var (tls, known) = (StartsInTls, Login is null);
        await SayAsync(stream, "220 sink ready");
        while (await LineAsync(stream) is { } line)
        {
            var verb = line.Split(' ', ':')[0].ToUpperInvariant();
            switch (verb)
            {
                case "EHLO":
                    if (OffersTls && !tls) await SayAsync(stream, "250-STARTTLS");
                    if (Login is not null && tls) await SayAsync(stream, "250-AUTH PLAIN");
                    await SayAsync(stream, "250 8BITMIME");
                    break;
                case "STARTTLS":
                    await SayAsync(stream, "220 go on");
                    stream = await EncryptAsync(stream);
                    tls = true;
                    break;
                case "AUTH":
                    var parts = Encoding.UTF8.GetString(Convert.FromBase64String(line.Split(' ')[2])).Split('\0');
                    known = $"{parts[1]}:{parts[2]}" == Login;
                    await SayAsync(stream, known ? "235 welcome" : "535 no");
                    break;
                case "MAIL" or "RCPT":
                    await SayAsync(stream, known ? "250 ok" : "530 log in first");
                    break;
                case "DATA":
                    await SayAsync(stream, "354 go on");
                    var mail = new StringBuilder();
                    while (await LineAsync(stream) is { } text && text != ".") mail.Append(text).Append('\n');
                    if (Refusals-- > 0)
                    {
                        await SayAsync(stream, "451 later");
                        break;
                    }

                    Mails.Enqueue((mail.ToString(), tls));
                    await SayAsync(stream, "250 taken");
                    break;
                case "QUIT":
                    await SayAsync(stream, "221 bye");
                    return;
                default:
                    await SayAsync(stream, "250 ok");
                    break;
            }
        }
    }

    private async Task<Stream> EncryptAsync(Stream plain)
    {
        var tls = new SslStream(plain);
        await tls.AuthenticateAsServerAsync(_certificate);
        return tls;
    }

    private async Task SayAsync(Stream stream, string line) =>
        await stream.WriteAsync(Encoding.ASCII.GetBytes(line + "\r\n"), _ending.Token);

    private async Task<string?> LineAsync(Stream stream)
    {
        var line = new List<byte>();
        var one = new byte[1];
        while (await stream.ReadAsync(one, _ending.Token) == 1)
        {
            if (one[0] == '\n') return Encoding.UTF8.GetString([.. line]).TrimEnd('\r');
            line.Add(one[0]);
        }

        return null;
    }

    private static X509Certificate2 NewCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }
}
