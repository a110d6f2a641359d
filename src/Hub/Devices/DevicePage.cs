namespace PrivateConnect.Hub.Devices;

/// <summary>Where people decide over machines: the dashboard's public address.</summary>
public sealed record DevicePage(string Address);
