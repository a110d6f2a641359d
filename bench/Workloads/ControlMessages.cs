using PrivateConnect.Protocol.Control;

namespace PrivateConnect.Bench.Workloads;

/// <summary>Encodes the largest usual control message, and decodes it through the guard.</summary>
internal sealed class ControlMessages : Workload
{
    private readonly ServiceFound _message = new(17, "prod-db", "db.internal:5432", 23_000, "build-machine", true);

    public override void Run(int operations)
    {
        for (var i = 0; i < operations; i++)
        {
            if (ControlCodec.Decode(ControlCodec.Encode(_message)) is not ServiceFound)
                throw new InvalidOperationException("The message was not read back.");
        }
    }

    public override void Dispose()
    {
        // Nothing is held.
    }
}
