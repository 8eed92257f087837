// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace EdgeHypervisor.PluginLoading.Tests;

/// <summary>Asks the garbage collector whether a plugin has really gone.</summary>
internal static class Memory
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    /// <summary>True when the object is gone after collecting. Unloading takes a few rounds: finalizers run in between, and the runtime may be compiling a method of it.</summary>
    public static bool IsFreed(WeakReference reference)
    {
        for (var waited = Stopwatch.StartNew(); reference.IsAlive && waited.Elapsed < Patience; Thread.Sleep(1)) Collect();
        return !reference.IsAlive;
    }

    /// <summary>True when the object is still there after collecting as often as it takes for one that nobody holds.</summary>
    public static bool IsHeld(WeakReference reference)
    {
        for (var round = 0; reference.IsAlive && round < 20; round++) Collect();
        return reference.IsAlive;
    }

    private static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }

    /// <summary>A weak reference to what <paramref name="find"/> gives, with nothing of it left on the caller's stack.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static WeakReference To(Func<object> find) => new(find());
}
