// SPDX-License-Identifier: Apache-2.0
using System.Text.RegularExpressions;
using EdgeHypervisor.Descriptions;
using EdgeHypervisor.Descriptions.Reading;

namespace EdgeHypervisor.Boards.Tests.Descriptions;

/// <summary>The rules for names as regular expressions, which the product does not use, against what it does: random texts of the characters that matter.</summary>
public sealed class NameTests
{
    private const int Texts = 20_000;
    private const string Letters = "abzAZ0359-._/ \u00e9\n";

    [Fact]
    public void Names_are_what_their_rules_say()
    {
        (Func<string, bool> IsRight, string Rule)[] rules =
        [
            (text => Names.Title.IsMatch(text), @"\A[a-z0-9][a-z0-9-]{0,62}\z"),
            (text => Names.Component.IsMatch(text), @"\A[a-z][a-z0-9-]{0,62}\z"),
            (text => Names.Role.IsMatch(text), @"\A[a-z][a-z0-9._-]{0,62}\z"),
            (text => Names.Label.IsMatch(text), @"\A[a-z0-9][a-z0-9._/-]{0,126}\z"),
            (Names.IsPlugin, @"\A[a-z0-9][a-z0-9-]*(\.[a-z0-9][a-z0-9-]*)*\z"),
            (text => PortName.TryParse(text, out _), @"\A(?<device>[a-z][a-z0-9-]{0,62})(/(?<index>[0-9]{1,4}))?\z"),
            (text => WireEnd.ParseOutput(text) is not null, @"\A(?<stem>[A-Za-z][A-Za-z0-9]*?)((?<first>[0-9]{1,5})\.\.(?<last>[0-9]{1,5}))?\z"),
            (text => WireEnd.ParseInput(text) is not null, @"\A(?!\z)(?<stem>[A-Za-z]*)((?<first>[0-9]{1,5})(\.\.(?<last>[0-9]{1,5}))?)?\z"),
        ];
        foreach (var (isRight, rule) in rules)
        {
            var expression = new Regex(rule, RegexOptions.CultureInvariant);
            foreach (var text in Samples()) Assert.True(isRight(text) == expression.IsMatch(text), $"'{text}' against {rule}");
        }
    }

    [Theory]
    [InlineData("irq0..31", "irq", 0, 31)]
    [InlineData("a1b7..9", "a1b", 7, 9)]
    [InlineData("a123456..7", "a1", 23456, 7)]
    [InlineData("i0..1", "i", 0, 1)]
    public void A_run_of_outputs_takes_the_digits_before_its_dots(string text, string stem, int first, int last) =>
        Assert.Equal(new WireEnd(stem, first, last), WireEnd.ParseOutput(text));

    [Theory]
    [InlineData("meip", "meip", null, null)]
    [InlineData("10", "", 10, null)]
    [InlineData("irq32..63", "irq", 32, 63)]
    public void An_input_is_a_word_or_a_number_or_both(string text, string stem, int? first, int? last) =>
        Assert.Equal(new WireEnd(stem, first, last), WireEnd.ParseInput(text));

    private static IEnumerable<string> Samples()
    {
        yield return "";
        foreach (var length in new[] { 62, 63, 64, 126, 127, 128 }) yield return new string('a', length);
        yield return "a/" + new string('1', 4);
        yield return "a/" + new string('1', 5);
        yield return "a1..123456";
        yield return "irq0..31";
        yield return "irq0..31..32";
        var random = new Random(1);
        for (var i = 0; i < Texts; i++)
        {
            yield return string.Create(random.Next(1, 9), random, (text, from) =>
            {
                for (var at = 0; at < text.Length; at++) text[at] = Letters[from.Next(Letters.Length)];
            });
        }
    }
}
