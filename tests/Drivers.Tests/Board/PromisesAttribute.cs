// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Reflection;
using System.Runtime.ExceptionServices;
using Xunit.Sdk;

namespace EdgeHypervisor.Drivers.Tests;

/// <summary>Gives a theory every promise of a contract by its name, so that a whole contract can be skipped where there is no board.</summary>
/// <param name="contract">The contract's class.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PromisesAttribute(Type contract) : DataAttribute
{
    /// <summary>Promises that this kind of device cannot be asked to keep, by the beginning of their names.</summary>
    public string[] Except { get; set; } = [];

    public override IEnumerable<object[]> GetData(MethodInfo testMethod) =>
        All(contract).Where(promise => !Except.Any(name => promise.Label.StartsWith(name, StringComparison.Ordinal))).Select(promise => new object[] { promise.Label });

    /// <summary>Asks for one promise.</summary>
    public static void Keep<TContract>(TContract kept, string label)
    {
        var (_, method, arguments) = All(typeof(TContract)).Single(promise => promise.Label == label);
        try
        {
            method.Invoke(kept, arguments);
        }
        catch (TargetInvocationException broken)
        {
            ExceptionDispatchInfo.Throw(broken.InnerException!);
        }
    }

    private static IEnumerable<(string Label, MethodInfo Method, object?[] Arguments)> All(Type contract)
    {
        foreach (var method in contract.GetMethods().Where(method => method.GetCustomAttribute<FactAttribute>() is not null))
        {
            var rows = method.GetCustomAttributes<DataAttribute>().SelectMany(data => data.GetData(method)).ToList();
            if (rows.Count == 0) rows.Add([]);
            foreach (var row in rows)
                yield return (row.Length == 0 ? method.Name : string.Create(CultureInfo.InvariantCulture, $"{method.Name}({string.Join(", ", row)})"), method, row);
        }
    }
}
