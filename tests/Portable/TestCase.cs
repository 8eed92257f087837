// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using Xunit;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace EdgeHypervisor.Portable;

/// <summary>One fact, or one row of a theory.</summary>
internal sealed class TestCase(MethodInfo method, string? skip, object?[] arguments)
{
    /// <summary>How xunit marks an exception that means "skipped".</summary>
    private const string SkipToken = "$XunitDynamicSkip$";

    /// <summary>How long one may take.</summary>
    public static TimeSpan Limit { get; set; } = TimeSpan.FromMinutes(10);

    public string Name { get; } =
        $"{method.ReflectedType!.FullName}.{method.Name}" + (arguments.Length > 0 ? $"({string.Join(", ", arguments)})" : "");

    /// <summary>All tests of an assembly, in its order.</summary>
    public static IEnumerable<TestCase> FindAll(Assembly assembly) => assembly.GetTypes()
        .Where(type => type is { IsClass: true, IsAbstract: false, ContainsGenericParameters: false })
        .SelectMany(FindAll);

    /// <summary>All tests of a class, in its order.</summary>
    public static IEnumerable<TestCase> FindAll(Type type) =>
        type.GetMethods(BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public).SelectMany(Rows);

    public async Task<Outcome> RunAsync()
    {
        if (skip is not null) return new Outcome(Skip: skip);
        try
        {
            await RunBodyAsync().WaitAsync(Limit);
            return default;
        }
        catch (Exception e)
        {
            var inner = e is TargetInvocationException { InnerException: { } cause } ? cause : e;
            return inner.Message.StartsWith(SkipToken, StringComparison.Ordinal)
                ? new Outcome(Skip: inner.Message[SkipToken.Length..])
                : new Outcome(Error: inner);
        }
    }

    // The rows of a theory may be expensive to list, so they are listed as they are run.
    private static IEnumerable<TestCase> Rows(MethodInfo method)
    {
        if (method.GetCustomAttribute<FactAttribute>() is not { } fact) yield break;
        if (fact.Skip is not null || fact is not TheoryAttribute)
        {
            yield return new TestCase(method, fact.Skip, []);
            yield break;
        }
        foreach (var data in method.GetCustomAttributes<DataAttribute>())
        {
            foreach (var row in data.GetData(method)) yield return new TestCase(method, data.Skip, Complete(method, row));
        }
    }

    private static object?[] Complete(MethodInfo method, object?[] row)
    {
        var parameters = method.GetParameters();
        return [.. parameters.Select((parameter, i) => Fit(i < row.Length ? row[i] : parameter.DefaultValue, parameter.ParameterType))];
    }

    // Attributes hold constants of a few types only; parameters may be wider.
    private static object? Fit(object? value, Type type)
    {
        if (value is null || type.IsInstanceOfType(value)) return value;
        var target = Nullable.GetUnderlyingType(type) ?? type;
        if (target.IsEnum) return Enum.ToObject(target, value);
        return value is IConvertible && target.IsPrimitive
            ? Convert.ChangeType(value, target, System.Globalization.CultureInfo.InvariantCulture)
            : value;
    }

    private async Task RunBodyAsync()
    {
        var fixtures = new List<object>();
        var instance = method.IsStatic ? null : await CreateAsync(fixtures);
        try
        {
            if (instance is IAsyncLifetime lifetime) await lifetime.InitializeAsync();
            switch (method.Invoke(instance, arguments))
            {
                case Task task: await task; break;
                case ValueTask task: await task; break;
            }
        }
        finally
        {
            await DisposeAsync(instance);
            foreach (var fixture in fixtures) await DisposeAsync(fixture);
        }
    }

    private async Task<object> CreateAsync(List<object> fixtures)
    {
        var constructor = method.ReflectedType!.GetConstructors().Single();
        var values = new List<object>();
        foreach (var parameter in constructor.GetParameters())
        {
            if (parameter.ParameterType == typeof(ITestOutputHelper))
            {
                values.Add(new Output());
                continue;
            }
            var fixture = Activator.CreateInstance(parameter.ParameterType)!;
            if (fixture is IAsyncLifetime lifetime) await lifetime.InitializeAsync();
            fixtures.Add(fixture);
            values.Add(fixture);
        }
        return constructor.Invoke([.. values]);
    }

    private static async Task DisposeAsync(object? instance)
    {
        if (instance is IAsyncLifetime lifetime) await lifetime.DisposeAsync();
        if (instance is IAsyncDisposable asyncDisposable) await asyncDisposable.DisposeAsync();
        else (instance as IDisposable)?.Dispose();
    }

    private sealed class Output : ITestOutputHelper
    {
        public void WriteLine(string message) => Console.WriteLine($"        {message}");

        public void WriteLine(string format, params object[] args) => WriteLine(string.Format(System.Globalization.CultureInfo.InvariantCulture, format, args));
    }
}
