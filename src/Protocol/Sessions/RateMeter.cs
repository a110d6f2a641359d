namespace PrivateConnect.Protocol.Sessions;

/// <summary>A token bucket over a millisecond clock; pure accounting.</summary>
internal struct RateMeter(int perSecond, int burst)
{
    private long _milliTokens = burst * 1000L;
    private long _lastMilliseconds;

    /// <summary>Takes one token; false when the rate is exceeded.</summary>
    public bool TryTake(long nowMilliseconds)
    {
        if (_lastMilliseconds == 0)
            _lastMilliseconds = nowMilliseconds;
        _milliTokens = Math.Min(burst * 1000L, _milliTokens + (nowMilliseconds - _lastMilliseconds) * perSecond);
        _lastMilliseconds = nowMilliseconds;
        if (_milliTokens < 1000)
            return false;
        _milliTokens -= 1000;
        return true;
    }
}
