namespace PrivateConnect.Hub.Certificates;

/// <summary><c>hub.pin</c> in the data folder: one line, what agents pin.</summary>
public sealed class PinFile(HubOptions options)
{
    /// <summary>Writes the pin of the certificate in use.</summary>
    public void Write(string pin) =>
        SafeFile.Write(Path.Combine(options.DataDir, "hub.pin"), pin + "\n", SafeFile.Readable);
}
