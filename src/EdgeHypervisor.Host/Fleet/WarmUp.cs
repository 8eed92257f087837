// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using System.Runtime.CompilerServices;
using EdgeHypervisor.Migration;
using EdgeHypervisor.Runtime;

namespace EdgeHypervisor.Host;

/// <summary>
/// Gets the code of moves ready after the service is, beside whatever else it does: the first guest that moves should not
/// stand still while its move is being compiled. Costs nothing to speak of where the service was compiled ahead.
/// </summary>
internal static class WarmUp
{
    private const int Rehearsals = 6;
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(1); // the VMs of this board come first

    public static async Task RunAsync(string folder, CancellationToken cancellation)
    {
        try
        {
            await Task.Delay(Delay, cancellation);
            new Thread(() => Compile(cancellation)) { IsBackground = true, Priority = ThreadPriority.Lowest, Name = "warm-up" }.Start();
            await MoveRehearsal.RunAsync(folder, Rehearsals, cancellation);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or UnauthorizedAccessException or MoveException or JournalException)
        {
            // It is warmed up by the first move then.
        }
    }

    private static void Compile(CancellationToken cancellation)
    {
        var ours = new[] { typeof(MovableVm), typeof(KeptImage), typeof(IncomingVm), typeof(IncomingImage), typeof(BoardVms), typeof(DepartedPages), typeof(HostedVm), typeof(MoveService), typeof(VirtualMachine), typeof(Snapshot), typeof(GuestMemory) };
        foreach (var method in typeof(MoveEndpoint).Assembly.GetTypes().Concat(ours.SelectMany(WithNested)).Where(type => !type.ContainsGenericParameters).SelectMany(Methods))
        {
            if (cancellation.IsCancellationRequested) return;
            TryCompile(method);
        }
    }

    // Where the compiler has put lambdas and what waits.
    private static IEnumerable<Type> WithNested(Type type) => type.GetNestedTypes(BindingFlags.Public | BindingFlags.NonPublic).SelectMany(WithNested).Prepend(type);

    private static void TryCompile(MethodBase method)
    {
        try
        {
            RuntimeHelpers.PrepareMethod(method.MethodHandle);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // One that cannot be compiled fails where it is called.
        }
    }

    private static IEnumerable<MethodBase> Methods(Type type) => type
        .GetMembers(BindingFlags.DeclaredOnly | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static)
        .OfType<MethodBase>()
        .Where(method => !method.IsAbstract && !method.ContainsGenericParameters && (method.MethodImplementationFlags & MethodImplAttributes.InternalCall) == 0 && (method.Attributes & MethodAttributes.PinvokeImpl) == 0);
}
