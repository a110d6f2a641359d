namespace PrivateConnect.Hub.Auth;

/// <summary>BOOTSTRAP_API_KEY cannot be used; the message is one line and does not repeat the value.</summary>
public sealed class BootstrapKeyException()
    : Exception("BOOTSTRAP_API_KEY must be pc_ and 48 hexadecimal digits; "
        + "make one with: echo pc_$(openssl rand -hex 24)");
