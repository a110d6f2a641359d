namespace PrivateConnect.Hub.Rights;

/// <summary>
/// What was decided of one service; a service without a rule is reached by everyone of its workspace and published as
/// its agent asks. Immutable.
/// </summary>
/// <param name="IsForEveryone">Every agent of the workspace may reach it; else those that a grant names.</param>
/// <param name="Publish">Where its port listens; null leaves it to the agent.</param>
/// <param name="Allow">Where visitors may come from; null leaves it to the agent.</param>
/// <param name="Grants">In the order they were made; expired ones may still be among them.</param>
/// <param name="Version">Changes with every change of the other fields but the grants.</param>
public sealed record ServiceRule(
    bool IsForEveryone, PublishMode? Publish, AddressList? Allow, IReadOnlyList<Grant> Grants, string Version)
{
    /// <summary>Takes no new streams until somebody lets it go on.</summary>
    public bool IsPaused { get; init; }

    /// <summary>Its weight, limit and floor, as far as they are not left to the agent.</summary>
    public ShareRule Share { get; init; } = ShareRule.None;

    /// <summary>What holds where nothing was decided.</summary>
    public static ServiceRule Default { get; } = new(true, null, null, [], "0");
}
