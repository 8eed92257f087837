// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Abstractions;

namespace EdgeHypervisor.Conformance;

/// <summary>What every driver promises before it has touched any hardware.</summary>
public sealed class DriverTests
{
    [TheoryForEach<DriverIds>, ClassData(typeof(DriverIds))]
    public void Options_that_do_not_fit_are_named_and_nothing_else_is_thrown(string driver)
    {
        using var component = new Component<IDriverPlugin>(driver);
        using var board = component.Plugin.Create(new BenchBoard());
        var thrown = Record.Exception(() => board.Validate(new ComponentOptions("peripheral x", new Dictionary<string, string> { ["no-such-option"] = "1" })));
        Assert.IsType<OptionException>(thrown);
        Assert.Contains("peripheral x", thrown.Message);
    }

    [TheoryForEach<DriverIds>, ClassData(typeof(DriverIds))]
    public void Its_kind_is_one_that_exists(string driver)
    {
        using var component = new Component<IDriverPlugin>(driver);
        using var board = component.Plugin.Create(new BenchBoard());
        Assert.True(Enum.IsDefined(board.Kind));
    }

    private sealed class BenchBoard : IDriverContext
    {
        public string BoardName => "bench";

        public TimeProvider Time => TimeProvider.System;

        public T Share<T>(string key, Func<T> make)
            where T : class => make();

        public void Report(string message)
        {
        }
    }
}
