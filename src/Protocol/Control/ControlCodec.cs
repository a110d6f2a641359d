using System.Buffers;
using MessagePack;
using PrivateConnect.Protocol.Streams;

namespace PrivateConnect.Protocol.Control;

/// <summary>
/// Control messages to and from MessagePack: an array of kind and fields, hand-written per record (ahead-of-time safe).
/// </summary>
public static class ControlCodec
{
    /// <summary>A thousand years of processor time: what a span holds with room.</summary>
    private const long MaxMicroseconds = 31_536_000_000_000_000;

    private enum Kind
    {
        PublishService = 1,
        ServicePublished = 2,
        WithdrawService = 3,
        FindService = 4,
        ServiceFound = 5,
        RequestFailed = 6,
        AgentReport = 7,
        ShareService = 8,
    }

    /// <summary>Encodes one message.</summary>
    public static byte[] Encode(ControlMessage message)
    {
        var buffer = new ArrayBufferWriter<byte>(128);
        var w = new MessagePackWriter(buffer);
        switch (message)
        {
            case PublishService m:
                var hasShare = m.Share != ServiceShare.Default;
                var hasWish = hasShare || m.Publish != PublishWish.Usual || m.Allow.Length > 0;
                Head(ref w, Kind.PublishService, hasShare ? 9 : hasWish ? 6 : 4);
                w.Write(m.RequestId);
                w.Write(m.Service);
                w.Write(m.Target);
                w.Write(m.Port);
                if (hasWish)
                {
                    w.Write((int)m.Publish);
                    w.Write(m.Allow);
                }

                if (hasShare)
                    Write(ref w, m.Share);
                break;
            case ServicePublished m:
                Head(ref w, Kind.ServicePublished, 4);
                w.Write(m.RequestId);
                w.Write(m.Service);
                w.Write(m.Address);
                w.Write(m.Port);
                break;
            case WithdrawService m:
                Head(ref w, Kind.WithdrawService, 1);
                w.Write(m.Service);
                break;
            case FindService m:
                Head(ref w, Kind.FindService, 2);
                w.Write(m.RequestId);
                w.Write(m.Service);
                break;
            case ServiceFound m:
                Head(ref w, Kind.ServiceFound, 6);
                w.Write(m.RequestId);
                w.Write(m.Service);
                w.Write(m.Target);
                w.Write(m.Port);
                w.Write(m.AgentLabel);
                w.Write(m.IsUp);
                break;
            case RequestFailed m:
                Head(ref w, Kind.RequestFailed, 3);
                w.Write(m.RequestId);
                w.Write((int)m.Code);
                w.Write(m.Text);
                break;
            case AgentReport m:
                Head(ref w, Kind.AgentReport, 4);
                w.Write(m.ResidentBytes);
                w.Write((long)m.ProcessorTime.TotalMicroseconds);
                w.Write(m.Processors);
                w.WriteArrayHeader(2 * m.Streams.Count);
                foreach (var stream in m.Streams)
                {
                    w.Write(stream.Id);
                    w.Write((int)stream.Factor);
                }

                break;
            case ShareService m:
                Head(ref w, Kind.ShareService, 4);
                w.Write(m.Service);
                Write(ref w, m.Share);
                break;
            default:
                throw new ArgumentException($"No encoding for {message.GetType().Name}.", nameof(message));
        }

        w.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Decodes one message; null when it is malformed or of an unknown kind (a violation).</summary>
    public static ControlMessage? Decode(ReadOnlyMemory<byte> payload) =>
        PayloadReader.Decode<ControlMessage>(payload, 2, static (ref PayloadReader r) => (Kind)r.Int() switch
        {
            Kind.PublishService => Publish(ref r),
            Kind.ServicePublished => new ServicePublished(r.UInt(), r.Text(), r.Text(), r.Int()),
            Kind.WithdrawService => new WithdrawService(r.Text()),
            Kind.FindService => new FindService(r.UInt(), r.Text()),
            Kind.ServiceFound => new ServiceFound(r.UInt(), r.Text(), r.Text(), r.Int(), r.Text(), r.Bool()),
            Kind.RequestFailed => new RequestFailed(r.UInt(), (RequestFailure)r.Int(), r.Text()),
            Kind.AgentReport => Report(ref r),
            Kind.ShareService => new ShareService(r.Text(), Share(ref r)),
            _ => null,
        });

    /// <summary>The payload of OPEN.</summary>
    public static byte[] EncodeOpen(OpenRequest request)
    {
        var buffer = new ArrayBufferWriter<byte>(96);
        var w = new MessagePackWriter(buffer);
        w.WriteArrayHeader(2);
        w.Write(request.Service);
        w.Write(request.Peer);
        w.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The payload of OPEN; null when it is malformed.</summary>
    public static OpenRequest? DecodeOpen(ReadOnlyMemory<byte> payload) =>
        PayloadReader.Decode<Boxed>(payload, 2, static (ref PayloadReader r) => new Boxed(new OpenRequest(r.Text(), r.Text())))
            ?.Request;

    private static PublishService Publish(ref PayloadReader r)
    {
        var message = new PublishService(r.UInt(), r.Text(), r.Text(), r.Int());
        if (r.HasMore)
            message = message with { Publish = (PublishWish)r.Int(), Allow = r.Text() };
        return r.HasMore ? message with { Share = Share(ref r) } : message;
    }

    private static ServiceShare Share(ref PayloadReader r) => new(r.Int(), r.Long(), r.Long());

    private static void Write(ref MessagePackWriter writer, ServiceShare share)
    {
        writer.Write(share.Weight);
        writer.Write(share.LimitBitsPerSecond);
        writer.Write(share.FloorBitsPerSecond);
    }

    /// <summary>Null where a number cannot be.</summary>
    private static AgentReport? Report(ref PayloadReader r)
    {
        var (resident, microseconds, processors) = (r.Long(), r.Long(), r.Int());
        var numbers = r.Numbers(2 * AgentReport.MaxStreams);
        if (resident < 0 || microseconds is < 0 or > MaxMicroseconds || processors < 1 || numbers.Length % 2 != 0)
            return null;
        var streams = new StreamReport[numbers.Length / 2];
        for (var i = 0; i < streams.Length; i++)
        {
            var factor = (LimitingFactor)numbers[2 * i + 1];
            streams[i] = new StreamReport(numbers[2 * i], Enum.IsDefined(factor) ? factor : LimitingFactor.None);
        }

        return new AgentReport(resident, TimeSpan.FromMicroseconds(microseconds), processors, streams);
    }

    private static void Head(ref MessagePackWriter writer, Kind kind, int fields)
    {
        writer.WriteArrayHeader(fields + 1);
        writer.Write((int)kind);
    }

    private sealed record Boxed(OpenRequest Request);
}
