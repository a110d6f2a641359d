namespace PrivateConnect.Hub.Data;

/// <summary>The database cannot be used; the message is one line for the person who starts the hub and holds no secret.</summary>
public sealed class DatabaseUnavailableException(string message, Exception? cause = null) : Exception(message, cause);
