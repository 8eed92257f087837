// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Transports.Tests;

/// <summary>The examples of OASIS MQTT 5.0, section 4.7, and what lies between them.</summary>
public sealed class TopicFilterTests
{
    [Theory]
    [InlineData("sport/tennis/player1/#", "sport/tennis/player1")]
    [InlineData("sport/tennis/player1/#", "sport/tennis/player1/ranking")]
    [InlineData("sport/tennis/player1/#", "sport/tennis/player1/score/wimbledon")]
    [InlineData("sport/#", "sport")]
    [InlineData("#", "a/b/c")]
    [InlineData("sport/tennis/+", "sport/tennis/player1")]
    [InlineData("sport/+", "sport/")]
    [InlineData("+/+", "/finance")]
    [InlineData("/+", "/finance")]
    [InlineData("+", "finance")]
    [InlineData("+/tennis/#", "sport/tennis")]
    [InlineData("$SYS/#", "$SYS/monitor/Clients")]
    [InlineData("a/b", "a/b")]
    [InlineData("a//b", "a//b")]
    public void A_filter_takes_in(string filter, string topic) => Assert.True(TopicFilter.Matches(filter, topic));

    [Theory]
    [InlineData("sport/tennis/+", "sport/tennis/player1/ranking")]
    [InlineData("sport/+", "sport")]
    [InlineData("+", "/finance")]
    [InlineData("#", "$SYS/monitor")]
    [InlineData("+/monitor", "$SYS/monitor")]
    [InlineData("sport/tennis", "sport")]
    [InlineData("sport", "sport/tennis")]
    [InlineData("Sport", "sport")]
    [InlineData("a/+/c/#", "a/b")]
    public void A_filter_leaves_out(string filter, string topic) => Assert.False(TopicFilter.Matches(filter, topic));

    [Theory]
    [InlineData("#"), InlineData("+"), InlineData("a/#"), InlineData("a/+/b"), InlineData("/"), InlineData("a//")]
    public void A_filter_may_be(string filter) => Assert.True(TopicFilter.IsFilter(filter));

    [Theory]
    [InlineData(""), InlineData("a#"), InlineData("a/#/b"), InlineData("a+"), InlineData("+a/b"), InlineData("a\0")]
    public void A_filter_may_not_be(string filter) => Assert.False(TopicFilter.IsFilter(filter));

    [Fact]
    public void A_topic_can_be_written_as_utf_8()
    {
        Assert.True(TopicFilter.IsTopic("\ud83d\ude00"));
        Assert.False(TopicFilter.IsTopic("\ud83d"));
        Assert.False(TopicFilter.IsFilter("\ude00\ud83d"));
    }

    [Fact]
    public void A_topic_has_at_most_65535_bytes()
    {
        Assert.True(TopicFilter.IsTopic(new string('a', 65_535)));
        Assert.False(TopicFilter.IsTopic(new string('a', 65_536)));
        Assert.False(TopicFilter.IsTopic(new string('ü', 32_768)));
    }
}
