// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Conformance;

/// <summary>What every transport promises before it has connected; the rest is the contract in Transports.Tests.</summary>
public sealed class TransportTests
{
    [TheoryForEach<TransportIds>, ClassData(typeof(TransportIds))]
    public void A_misspelt_option_is_refused(string transport)
    {
        using var component = new Component<ITransportPlugin>(transport);
        var error = Assert.Throws<OptionException>(() => component.Plugin.Create(new Context()));
        Assert.Equal("no-such-option", error.Option);
    }

    private sealed class Context : ITransportContext
    {
        public ComponentOptions Options { get; } = new("transport", new Dictionary<string, string> { ["no-such-option"] = "1" });

        public string ClientId => "bench";

        public TransportMessage? Will => null;

        public TimeSpan SessionExpiry => TimeSpan.Zero;

        public void Report(string message)
        {
        }
    }
}
