using System.Net;
using PrivateConnect.Hub;
using PrivateConnect.Hub.Mail;
using Xunit;

namespace PrivateConnect.Web.Tests;

public sealed class OptionsTests
{
    [Fact]
    public void NothingSetMeansTheDefaults()
    {
        var options = HubEnvironment.Read(_ => null);
        Assert.Equal((3001, 3000, 23000, 23100), (options.Port, options.WebPort, options.FirstTunnelPort, options.LastTunnelPort));
        Assert.Equal(IPAddress.IPv6Any, options.Bind);
        Assert.Equal(IPAddress.Loopback, options.TunnelBind);
        Assert.Equal("http://localhost:3000", options.AppUrl);
        Assert.Equal(Path.GetFullPath("data"), options.DataDir);
        Assert.Equal(TimeSpan.FromSeconds(30), options.Drain);
        Assert.Null(options.DatabaseUrl);
        Assert.False(options.Development);
    }

    [Fact]
    public void EveryVariableIsRead()
    {
        var options = Read(
            ("PORT", "4001"), ("WEB_PORT", " 4000 "), ("BIND", "127.0.0.1"), ("WEB_BIND", "[::1]"),
            ("TUNNEL_PORTS", "24000-24010"), ("TUNNEL_BIND", "0.0.0.0"), ("DATABASE_URL", "postgresql://u:p@h/d"),
            ("DATA_DIR", "/tmp/x"), ("APP_URL", "https://hub.example.org/"), ("TRUSTED_PROXIES", "10.0.0.5, fd00::/8"),
            ("TLS_CERT", "c.pem"), ("TLS_KEY", "k.pem"), ("DRAIN_SECONDS", "0"), ("NODE_ENV", "development"),
            ("BOOTSTRAP_API_KEY", "pc_" + new string('a', 48)));
        Assert.Equal((4001, 4000, 24000, 24010), (options.Port, options.WebPort, options.FirstTunnelPort, options.LastTunnelPort));
        Assert.Equal(IPAddress.IPv6Loopback, options.WebBind);
        Assert.Equal("https://hub.example.org", options.AppUrl);
        Assert.True(options.TrustedProxies[0].Contains(IPAddress.Parse("10.0.0.5")));
        Assert.False(options.TrustedProxies[0].Contains(IPAddress.Parse("10.0.0.6")));
        Assert.True(options.TrustedProxies[1].Contains(IPAddress.Parse("fd00::1")));
        Assert.Equal(TimeSpan.Zero, options.Drain);
        Assert.True(options.Development);
        Assert.Equal((24005, 24005), (Read(("TUNNEL_PORTS", "24005")).FirstTunnelPort, Read(("TUNNEL_PORTS", "24005")).LastTunnelPort));
    }

    [Theory]
    [InlineData("PORT", "0", "PORT='0' is not a port between 1 and 65535")]
    [InlineData("PORT", "http", "PORT='http' is not a port between 1 and 65535")]
    [InlineData("WEB_PORT", "70000", "WEB_PORT='70000'")]
    [InlineData("PORT", "3000", "PORT and WEB_PORT are both 3000")]
    [InlineData("PORT", "23050", "lies inside TUNNEL_PORTS 23000-23100")]
    [InlineData("BIND", "localhost", "BIND='localhost' is not an IP address")]
    [InlineData("TUNNEL_PORTS", "23100-23000", "TUNNEL_PORTS='23100-23000' is not a port or a range")]
    [InlineData("TUNNEL_PORTS", "-5", "TUNNEL_PORTS='-5'")]
    [InlineData("TUNNEL_PORTS", "1-2-3", "TUNNEL_PORTS='1-2-3'")]
    [InlineData("DATABASE_URL", "mysql://secret@h/d", "DATABASE_URL is neither")]
    [InlineData("APP_URL", "hub.example.org", "APP_URL='hub.example.org'")]
    [InlineData("TRUSTED_PROXIES", "10.0.0.0/33", "TRUSTED_PROXIES='10.0.0.0/33'")]
    [InlineData("TLS_CERT", "c.pem", "TLS_CERT and TLS_KEY belong together")]
    [InlineData("DRAIN_SECONDS", "-1", "DRAIN_SECONDS='-1' is not whole seconds")]
    [InlineData("SMTP_URL", "http://hub:secret@mail", "SMTP_URL is not smtp://")]
    [InlineData("SMTP_URL", "smtp://hub@mail", "SMTP_URL is not smtp://")]
    [InlineData("RESEND_API_KEY", "re_secret", "RESEND_API_KEY needs EMAIL_FROM")]
    [InlineData("EMAIL_FROM", "nobody", "EMAIL_FROM='nobody'")]
    [InlineData("OIDC_CLIENT_SECRET", "secret", "OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET belong together")]
    [InlineData("BOOTSTRAP_API_KEY", "secret", "A BOOTSTRAP_API_KEY is pc_ and 48 hexadecimal digits")]
    public void BadValueIsNamedWithTheAllowedForm(string name, string value, string expected)
    {
        var refused = Assert.Throws<HubStartException>(() => Read((name, value)));
        Assert.Equal(ExitCodes.Usage, refused.ExitCode);
        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AllFaultsAreToldAtOnce()
    {
        var refused = Assert.Throws<HubStartException>(() => Read(("PORT", "x"), ("DRAIN_SECONDS", "y")));
        Assert.Equal(2, refused.Message.Split('\n').Length);
    }

    [Fact]
    public void MailAndProviderAreTakenApart()
    {
        var options = Read(
            ("SMTP_URL", "smtp://hub:p%40ss@mail.example.org"), ("APP_URL", "https://connect.example.org:8443"),
            ("OIDC_ISSUER", "https://login.example.org"), ("OIDC_CLIENT_ID", "hub"), ("OIDC_CLIENT_SECRET", "hush"));
        Assert.Equal(new SmtpAddress("mail.example.org", 587, false, "hub", "p@ss"), options.Mail!.Smtp);
        Assert.Equal("PrivateConnect <noreply@connect.example.org>", options.Mail.From);
        Assert.Equal(new OpenIdOptions(new Uri("https://login.example.org"), "hub", "hush"), options.OpenId);
        Assert.DoesNotContain("hush", options.OpenId!.ToString(), StringComparison.Ordinal);
        Assert.Null(Read().Mail);
        Assert.Null(Read().OpenId);
    }

    [Theory]
    [InlineData("http://login.example.org", false)]
    [InlineData("http://127.0.0.1:4444", true)]
    [InlineData("http://localhost:4444", true)]
    [InlineData("https://login.example.org/realm", true)]
    [InlineData("login.example.org", false)]
    [InlineData("https://login.example.org?x=y", false)]
    public void ProviderIsSecureOrOnThisMachine(string issuer, bool good)
    {
        (string, string)[] variables = [("OIDC_ISSUER", issuer), ("OIDC_CLIENT_ID", "hub"), ("OIDC_CLIENT_SECRET", "x")];
        if (good) Assert.Equal(issuer, Read(variables).OpenId!.Issuer.OriginalString);
        else Assert.Contains("OIDC_ISSUER=", Assert.Throws<HubStartException>(() => Read(variables)).Message, StringComparison.Ordinal);
    }

    private static HubOptions Read(params (string Name, string Value)[] variables) =>
        HubEnvironment.Read(name => variables.FirstOrDefault(v => v.Name == name).Value);
}
