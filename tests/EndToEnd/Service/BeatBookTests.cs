// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Chaos;

namespace EdgeHypervisor.EndToEnd.Service;

/// <summary>The book that the chaos runs keep: what is wrong is found, and what only comes late is not.</summary>
public class BeatBookTests
{
    private readonly BeatBook _book = BeatBook.OfBeats();
    private readonly string[] _lines = Lines(90);

    [Fact]
    public void A_lost_beat_is_found()
    {
        Say(_lines.Take(3));
        Say(_lines.Skip(4));
        Assert.Equal("beat 4 is lost: on desk came 69", _book.Fault);
    }

    [Fact]
    public void A_doubled_beat_is_found()
    {
        Say(_lines.Take(3));
        Say(_lines.Skip(2).Take(1));
        Assert.Equal("beat 3 came again on desk, after 3", _book.Fault);
    }

    [Fact]
    public void A_wrong_sum_is_found()
    {
        Say([_lines[0].Replace("sum ", "sum 0", StringComparison.Ordinal)[..^1]]);
        Assert.NotNull(_book.Fault);
    }

    [Fact]
    public void What_a_board_said_before_a_move_may_be_heard_after_what_the_other_one_said_behind_it()
    {
        _book.Take("pocket", _lines[1], isWhole: true);
        _book.Take("desk", _lines[0], isWhole: true);
        Assert.Equal((2, null), (_book.Last, _book.Fault));
    }

    [Theory]
    [InlineData(7)]
    [InlineData(0)]
    public void A_line_that_begins_on_one_board_and_ends_on_the_other_is_one_beat(int heardBetween)
    {
        Say(_lines.Take(1));
        _book.Take("pocket", _lines[1][12..], isWhole: true);
        foreach (var line in _lines.Skip(2).Take(heardBetween)) _book.Take("pocket", line, isWhole: true);
        Assert.Equal(1, _book.Last);
        _book.Take("desk", _lines[1][..12], isWhole: false);
        Assert.Equal((2 + heardBetween, null), (_book.Last, _book.Fault));
    }

    [Fact]
    public void A_line_that_lacks_only_its_end_is_a_beat()
    {
        _book.Take("desk", _lines[0], isWhole: false);
        _book.Take("pocket", "", isWhole: true);
        Say(_lines.Skip(1));
        Assert.Equal((_lines.Length, null), (_book.Last, _book.Fault));
    }

    [Fact]
    public void After_a_kill_beats_may_come_again_and_afterwards_not()
    {
        Say(_lines.Take(5));
        _book.MayRewind = true;
        Say(_lines.Skip(2).Take(4));
        Assert.Equal((3, null), (_book.Rewound, _book.Fault));
        _book.MayRewind = false;
        Say(_lines.Skip(5).Take(1));
        Assert.NotNull(_book.Fault);
    }

    private static string[] Lines(int count)
    {
        var sum = 0x811c9dc5u;
        return [.. Enumerable.Range(1, count).Select(number => $"beat {number} level {number & 1} sum {sum = (sum ^ (uint)number) * 0x01000193:x8}")];
    }

    private void Say(IEnumerable<string> lines)
    {
        foreach (var line in lines) _book.Take("desk", line, isWhole: true);
    }
}
