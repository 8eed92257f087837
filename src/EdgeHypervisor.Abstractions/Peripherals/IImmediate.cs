// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>
/// An extra ability of a peripheral: it knows that its calls return at once, so that the caller need not hand them to
/// another thread. A GPIO line, a PWM channel and an LED always return at once and need not say so.
/// </summary>
public interface IImmediate
{
    /// <summary>Whether a call made now would return within microseconds.</summary>
    bool IsImmediate { get; }
}
