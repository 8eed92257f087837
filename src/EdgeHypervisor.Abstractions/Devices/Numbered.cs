// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>Makes what a device has several of: lines, outputs, the names of either.</summary>
public static class Numbered
{
    /// <summary>One for each number from 0 on, in that order.</summary>
    /// <remarks>For objects alone: over those it is compiled ahead, as LINQ over a range of numbers is not.</remarks>
    public static T[] Make<T>(int count, Func<int, T> make)
        where T : class
    {
        var all = new T[count];
        for (var i = 0; i < count; i++) all[i] = make(i);
        return all;
    }
}
