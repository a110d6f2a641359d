namespace PrivateConnect.Hub.Data;

/// <summary>A query that may read a table from end to end, and why; every other one must find its rows by an index.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NeedsNoIndexAttribute(string reason) : Attribute
{
    public string Reason => reason;
}
