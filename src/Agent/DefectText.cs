namespace PrivateConnect.Agent;

/// <summary>An exception that nobody expected, in words; pure.</summary>
internal static class DefectText
{
    public static string Of(Exception defect) => $"a defect of connect: {defect.GetType().Name}: {defect.Message}";
}
