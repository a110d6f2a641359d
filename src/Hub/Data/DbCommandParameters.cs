using System.Data.Common;

namespace PrivateConnect.Hub.Data;

internal static class DbCommandParameters
{
    /// <summary>Adds a parameter; for plain SQL, which has no mapping.</summary>
    public static DbCommand Add(this DbCommand command, string name, object value)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = name;
        parameter.Value = value;
        command.Parameters.Add(parameter);
        return command;
    }
}
