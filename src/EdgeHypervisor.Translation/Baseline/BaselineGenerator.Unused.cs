// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.InteropServices;

namespace EdgeHypervisor.Translation;

/// <summary>The rest of what a generator has: nothing that this compiler knows.</summary>
internal sealed partial class BaselineGenerator
{
    /// <inheritdoc/>
    public override void Emit(OpCode opcode, double arg) => Fail();

    /// <inheritdoc/>
    public override void Emit(OpCode opcode, short arg) => Fail();

    /// <inheritdoc/>
    public override void Emit(OpCode opcode, float arg) => Fail();

    /// <inheritdoc/>
    public override void Emit(OpCode opcode, ConstructorInfo con) => Fail();

    /// <inheritdoc/>
    public override void Emit(OpCode opcode, Label[] labels) => Fail();

    /// <inheritdoc/>
    public override void Emit(OpCode opcode, SignatureHelper signature) => Fail();

    /// <inheritdoc/>
    public override void Emit(OpCode opcode, FieldInfo field) => Fail();

    /// <inheritdoc/>
    public override void Emit(OpCode opcode, string str) => Fail();

    /// <inheritdoc/>
    public override void Emit(OpCode opcode, Type cls) => Fail();

    /// <inheritdoc/>
    public override void EmitCall(OpCode opcode, MethodInfo methodInfo, Type[]? optionalParameterTypes) => Fail();

    /// <inheritdoc/>
    public override void EmitCalli(OpCode opcode, CallingConventions callingConvention, Type? returnType, Type[]? parameterTypes, Type[]? optionalParameterTypes) => Fail();

    /// <inheritdoc/>
    public override void EmitCalli(OpCode opcode, CallingConvention unmanagedCallConv, Type? returnType, Type[]? parameterTypes) => Fail();

    /// <inheritdoc/>
    public override void BeginCatchBlock(Type? exceptionType) => Fail();

    /// <inheritdoc/>
    public override void BeginExceptFilterBlock() => Fail();

    /// <inheritdoc/>
    public override Label BeginExceptionBlock()
    {
        Fail();
        return DefineLabel();
    }

    /// <inheritdoc/>
    public override void BeginFaultBlock() => Fail();

    /// <inheritdoc/>
    public override void BeginFinallyBlock() => Fail();

    /// <inheritdoc/>
    public override void EndExceptionBlock() => Fail();

    /// <inheritdoc/>
    public override void BeginScope() => Fail();

    /// <inheritdoc/>
    public override void EndScope() => Fail();

    /// <inheritdoc/>
    public override void UsingNamespace(string usingNamespace) => Fail();
}
