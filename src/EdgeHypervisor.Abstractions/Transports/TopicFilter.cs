// SPDX-License-Identifier: Apache-2.0
using System.Text;

namespace EdgeHypervisor.Abstractions;

/// <summary>The rules for topics and topic filters (OASIS MQTT 5.0, section 4.7), the same for every transport.</summary>
public static class TopicFilter
{
    private const int MaximumBytes = 65_535;

    /// <summary>Whether a text can be published to: no wildcards, not empty, at most 65,535 bytes of UTF-8.</summary>
    public static bool IsTopic(string topic) => IsText(topic) && topic.AsSpan().IndexOfAny('+', '#') < 0;

    /// <summary>Whether a text can be subscribed to: <c>+</c> fills a whole level, <c>#</c> only the last one.</summary>
    public static bool IsFilter(string filter)
    {
        if (!IsText(filter)) return false;
        var levels = filter.Split('/');
        for (var i = 0; i < levels.Length; i++)
        {
            if (levels[i].Length > 1 && levels[i].AsSpan().IndexOfAny('+', '#') >= 0) return false;
            if (levels[i] == "#" && i < levels.Length - 1) return false;
        }
        return true;
    }

    /// <summary>
    /// Whether a filter takes a topic in. A wildcard in the first level does not match topics that begin with
    /// <c>$</c>: those are the broker's own (section 4.7.2).
    /// </summary>
    public static bool Matches(string filter, string topic) =>
        !(topic.StartsWith('$') && (filter[0] is '+' or '#')) && MatchesLevels(filter, topic);

    private static bool MatchesLevels(ReadOnlySpan<char> filter, ReadOnlySpan<char> topic)
    {
        while (true)
        {
            var wanted = FirstLevel(filter);
            if (wanted is "#") return true;
            var level = FirstLevel(topic);
            if (wanted is not "+" && !wanted.SequenceEqual(level)) return false;
            var moreWanted = wanted.Length < filter.Length;
            var moreLevels = level.Length < topic.Length;
            // 'a/#' takes in 'a' itself too (section 4.7.1.2).
            if (moreWanted && !moreLevels) return filter[(wanted.Length + 1)..] is "#";
            if (moreWanted != moreLevels) return false;
            if (!moreWanted) return true;
            filter = filter[(wanted.Length + 1)..];
            topic = topic[(level.Length + 1)..];
        }
    }

    private static ReadOnlySpan<char> FirstLevel(ReadOnlySpan<char> text)
    {
        var end = text.IndexOf('/');
        return end < 0 ? text : text[..end];
    }

    // Lone surrogates cannot be written as UTF-8, U+0000 must not occur (section 1.5.4).
    private static bool IsText(string text)
    {
        if (text.Length is 0 or > MaximumBytes || text.Contains('\0')) return false;
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i])) continue;
            if (!char.IsSurrogatePair(text, i)) return false;
            i++;
        }
        return Encoding.UTF8.GetByteCount(text) <= MaximumBytes;
    }
}
