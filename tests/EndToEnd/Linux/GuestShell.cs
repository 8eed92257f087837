// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace EdgeHypervisor.EndToEnd.Linux;

/// <summary>A shell in a guest, from outside of its terminal.</summary>
/// <param name="heard">What the guest says.</param>
/// <param name="typed">What it hears.</param>
internal sealed partial class GuestShell(Stream heard, Stream typed)
{
    /// <summary>Against hanging only: what a guest does takes as long as the machine needs.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    private readonly StringBuilder _all = new();
    private int _position;

    /// <summary>All that was heard.</summary>
    public string Transcript => _all.ToString();

    /// <summary>Waits for the first prompt.</summary>
    public Task WaitForPromptAsync() => WaitForAsync(Prompt);

    /// <summary>Types a line.</summary>
    public async Task TypeAsync(string line)
    {
        await typed.WriteAsync(Encoding.ASCII.GetBytes(line + "\n"));
        await typed.FlushAsync();
    }

    /// <summary>Runs a command, which must succeed, and gives what it wrote.</summary>
    public async Task<string> DoAsync(string command)
    {
        await TypeAsync($"{command}; echo [$?]");
        var match = await WaitForAsync(Done);
        Assert.True(match.Groups["code"].Value == "0", $"'{command}' gave {match.Groups["code"].Value}; heard:\n{Transcript}");
        return match.Groups["output"].Value;
    }

    /// <summary>Reads until the other side ends.</summary>
    public async Task ReadToEndAsync()
    {
        while (await ReadAsync()) { }
    }

    private async Task<Match> WaitForAsync(Regex pattern)
    {
        while (true)
        {
            var match = pattern.Match(_all.ToString(_position, _all.Length - _position));
            if (match.Success)
            {
                _position += match.Index + match.Length;
                return match;
            }
            Assert.True(await ReadAsync(), $"the guest ended before {pattern}; heard:\n{Transcript}");
        }
    }

    private async Task<bool> ReadAsync()
    {
        var buffer = new byte[4096];
        int count;
        try
        {
            count = await heard.ReadAsync(buffer).AsTask().WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException(string.Create(CultureInfo.InvariantCulture, $"the guest said nothing for {Patience.TotalSeconds} s; heard:\n{Transcript}"));
        }
        _all.Append(Encoding.ASCII.GetString(buffer, 0, count));
        return count > 0;
    }

    private const string Typed = @"e\s*c\s*h\s*o\s*\[\s*\$\s*\?\s*\]";

    [GeneratedRegex("# (\\x1b\\[6n)?$")]
    private static partial Regex Prompt { get; }

    // What was typed is heard too, broken where the line is full, with the question mark, and twice when the shell was not
    // ready for it yet: from the terminal and from the shell. Then comes the output, then the code.
    [GeneratedRegex(Typed + @"\s*\n(?<output>(?:(?!" + Typed + @")[\s\S])*?)\[(?<code>\d+)\]\r?\n")]
    private static partial Regex Done { get; }
}
