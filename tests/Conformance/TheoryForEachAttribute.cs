// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Conformance;

/// <summary>For each component of a kind; skipped where the plugins that are looked at have none, as those of an author of devices.</summary>
/// <typeparam name="TIds">The components.</typeparam>
[AttributeUsage(AttributeTargets.Method)]
public sealed class TheoryForEachAttribute<TIds> : TheoryAttribute
    where TIds : ComponentIds, new()
{
    /// <summary>Looks whether there is one.</summary>
    public TheoryForEachAttribute()
    {
        if (!((IEnumerable<object[]>)new TIds()).Any()) Skip = "there is none of them among these plugins";
    }
}
