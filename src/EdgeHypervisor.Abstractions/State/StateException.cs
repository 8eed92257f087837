// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>A state that cannot be written or taken over: names the component and, where there is one, the field.</summary>
public sealed class StateException : Exception
{
    /// <summary>An error in a component's state.</summary>
    public StateException(string component, string? field, string problem)
        : base(field is null ? $"state of {component}: {problem}" : $"state of {component}: field '{field}': {problem}")
    {
        Component = component;
        Field = field;
    }

    /// <summary>Whose state: <c>uart0</c>, <c>cpu0</c>.</summary>
    public string Component { get; }

    /// <summary>The field, or null when the state as a whole is meant.</summary>
    public string? Field { get; }

    /// <summary>Whether the state itself is sound, but what it goes with (a disk) has gone on without it.</summary>
    public bool IsStale { get; private set; }

    /// <summary>Says that the state is only <see cref="IsStale"/>.</summary>
    public StateException AsStale()
    {
        IsStale = true;
        return this;
    }
}
