// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;

namespace EdgeHypervisor.PluginLoading.Tests;

/// <summary>Asks the garbage collector whether a plugin has really gone.</summary>
internal static class Memory
{
    /// <summary>True when the object is gone after collecting. Unloading takes a few rounds: finalizers run in between.</summary>
    public static bool IsFreed(WeakReference reference)
    {
        for (var round = 0; reference.IsAlive && round < 20; round++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        return !reference.IsAlive;
    }

    /// <summary>A weak reference to what <paramref name="find"/> gives, with nothing of it left on the caller's stack.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static WeakReference To(Func<object> find) => new(find());
}
