namespace PrivateConnect.Hub.Api;

/// <summary>A member of a view that is measured, not stored: it changes by itself and If-Match does not look at it.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class LiveAttribute : Attribute;
