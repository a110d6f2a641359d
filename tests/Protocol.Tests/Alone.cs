using Xunit;

namespace PrivateConnect.Protocol.Tests;

/// <summary>Tests that look at what the process shares: nothing runs beside them.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
