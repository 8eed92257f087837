// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Drivers.Linux;

/// <summary>What a probe has seen so far.</summary>
internal sealed class Findings(string driver)
{
    private readonly List<ProbeFinding> _found = [];
    private readonly List<string> _remarks = [];

    public void Add(string role, string note, string user, params ReadOnlySpan<(string Name, object Value)> options)
    {
        var texts = new List<KeyValuePair<string, string>>();
        foreach (var (name, value) in options) texts.Add(KeyValuePair.Create(name, Convert.ToString(value, CultureInfo.InvariantCulture) ?? ""));
        _found.Add(new ProbeFinding(role, driver, texts, note, user));
    }

    public void Remark(string text) => _remarks.Add(text);

    public ProbeResult ToResult(LinuxHost host) => new(BoardModel.Read(host), _found, _remarks);
}
