// SPDX-License-Identifier: Apache-2.0
using System.Reflection.Emit;
using System.Runtime.CompilerServices;

namespace EdgeHypervisor.Translation;

/// <summary>
/// The baseline compiler: takes the IL that regions are written in, and writes machine code for each opcode as it comes, in one pass. A local has its place in the core's state or
/// in the frame, and each store goes there at once, so that control can leave anywhere; between two labels its value is also in the register it was last seen in, and a few
/// are always in registers of their own.
/// </summary>
/// <remarks>
/// RyuJIT takes some hundred microseconds for each guest instruction, this takes one or two; what it makes is slower, by a factor of two to three. It calls nothing: an
/// instruction whose IL does is left to the interpreter (see <see cref="HasFailed"/>).
/// </remarks>
internal sealed partial class BaselineGenerator(HostAssembler assembler, SharedCode<int> shared) : ILGenerator
{
    private readonly List<CodeLabel> _labels = [];
    private readonly List<BaselineLocal> _residents = [];
    private int _locals;
    private int _frameBytes;
    private bool _isReachable = true;

    /// <summary>The assembler.</summary>
    public HostAssembler Assembler => assembler;

    /// <summary>Something came that this compiler has nothing for. Everything behind it is ignored until <see cref="Return"/>.</summary>
    public bool HasFailed => Failure is not null;

    /// <summary>What that was; null where all is well.</summary>
    public string? Failure { get; private set; }

    /// <inheritdoc/>
    public override int ILOffset => assembler.Position;

    /// <summary>What IL calls a type.</summary>
    public static StackType TypeOf(Type type) =>
        type == typeof(long) || type == typeof(ulong) || type == typeof(nint) ? StackType.Int64 : type == typeof(double) || type == typeof(float) ? StackType.Float64 : StackType.Int32;

    /// <summary>A local that lies in the core's state.</summary>
    public LocalBuilder DeclareHome(Type type, int stateOffset, int bytes)
    {
        var home = new Home(stateOffset, IsFrame: false);
        return FindResident(home) ?? new BaselineLocal(_locals++, type) { Home = home, HomeBytes = bytes };
    }

    /// <summary>The same, in a register for good: <see cref="LoadResidents"/> before control comes to a label from outside. As many as <see cref="HostAssembler.ResidentCount"/>.</summary>
    public void DeclareResident(Type type, int stateOffset, int bytes) =>
        _residents.Add(new BaselineLocal(_locals++, type) { Home = new Home(stateOffset, IsFrame: false), HomeBytes = bytes, IsResident = true, Register = TakeForResident() });

    /// <summary>Loads what <see cref="DeclareResident"/> has declared, and goes to a label.</summary>
    public void LoadResidents(Label label)
    {
        for (var i = 0; i < _residents.Count; i++)
        {
            var local = _residents[i];
            if (local.Constant is { } value) assembler.Constant(local.Register, value);
            else LoadHome(local.Register, local);
        }
        assembler.Branch(_labels[label.Id].Number);
    }

    /// <summary>Whether there is something to load.</summary>
    public bool HasResidents => _residents.Count != 0;

    /// <summary>A local whose value is known. Where there are residents it is one, too.</summary>
    public LocalBuilder DeclareConstant(long value)
    {
        if (!HasResidents || _residents.Count == assembler.ResidentCount) return new BaselineLocal(_locals++, typeof(long)) { Constant = value };
        var local = new BaselineLocal(_locals++, typeof(long)) { Constant = value, IsResident = true, Register = TakeForResident() };
        _residents.Add(local);
        return local;
    }

    /// <summary>A local that no other access uses.</summary>
    public LocalBuilder DeclareScratch()
    {
        var local = new BaselineLocal(_locals++, typeof(long)) { IsScratch = true };
        _scratch.Add(local);
        return local;
    }

    /// <inheritdoc/>
    public override LocalBuilder DeclareLocal(Type localType, bool pinned)
    {
        var offset = _frameBytes;
        if (offset < HostAssembler.FrameBytes - sizeof(long)) _frameBytes += sizeof(long);
        else Fail();
        return new BaselineLocal(_locals++, localType) { Home = new Home(offset, IsFrame: true), HomeBytes = TypeOf(localType) == StackType.Int32 ? 4 : 8 };
    }

    /// <inheritdoc/>
    public override Label DefineLabel()
    {
        _labels.Add(new CodeLabel(assembler.DefineLabel()));
        return CreateLabel(_labels.Count - 1);
    }

    /// <inheritdoc/>
    public override void MarkLabel(Label loc)
    {
        if (HasFailed) return;
        var label = _labels[loc.Id];
        StackType? carried = label.Carries;
        if (_isReachable && _depth != 0)
        {
            if (_depth != 1) Fail();
            else carried = Carry();
        }
        if (HasFailed) return;
        ForgetRegisters();
        assembler.MarkLabel(label.Number);
        _isReachable = true;
        if (carried is not { } type) return;
        var register = Take();
        assembler.Move(register, assembler.Carrier);
        PushRegister(register, type);
    }

    /// <summary>The next access of the guest begins: the scratch of the one before is given back.</summary>
    public void BeginAccess() => Scratch = [];

    /// <summary>
    /// The locals that belong to one access alone. Where it goes on elsewhere that is set again, before anything else is written there: each has one register,
    /// whichever way it is set on.
    /// </summary>
    public List<BaselineLocal> Scratch
    {
        get => _scratch;
        set
        {
            for (var i = 0; i < _scratch.Count; i++)
            {
                if (_scratch[i].Register != BaselineLocal.None) Release(_scratch[i].Register);
                _scratch[i].Register = BaselineLocal.None;
            }
            _scratch = value;
            for (var i = 0; i < value.Count; i++)
            {
                if (value[i].Own != BaselineLocal.None) value[i].Register = Use(value[i].Own);
            }
        }
    }

    /// <summary>A place to go back to.</summary>
    public HostAssembler.Mark Here => assembler.Here;

    /// <summary>Takes back what was written since, and goes on.</summary>
    public void Return(HostAssembler.Mark mark)
    {
        assembler.Return(mark);
        Failure = null;
        _isReachable = true;
        _depth = 0;
        _scratch = [];
        Array.Clear(_uses);
        for (var i = 0; i < _residents.Count; i++) Use(_residents[i].Register);
        ForgetRegisters();
    }

    /// <summary>Leaves the region; the program counter is where it belongs.</summary>
    public void Leave(RegionExit reason)
    {
        if (HasFailed) return;
        if (reason != RegionExit.Left) assembler.Constant(assembler.Carrier, (int)reason);
        Jump(reason == RegionExit.Left ? shared.LookUp : shared.Leave);
    }

    /// <summary>Takes one from the <see cref="StateLayout.Countdown"/>, and branches where there was nothing left.</summary>
    public void CountDown(Label label)
    {
        if (!HasFailed) assembler.CountDown(_labels[label.Id].Number);
    }

    /// <summary>Branches where a 32-bit number of the state is not zero.</summary>
    public void BranchIfSet(int stateOffset, Label label)
    {
        if (!HasFailed) assembler.BranchIfSet(stateOffset, _labels[label.Id].Number);
    }

    /// <summary>Where a label is, from the beginning of the code.</summary>
    public int PositionOf(Label label) => assembler.PositionOf(_labels[label.Id].Number);

    private int TakeForResident() => Use(assembler.RegisterCount - 1 - _residents.Count);

    private void Fail([CallerMemberName] string what = "", [CallerLineNumber] int line = 0) => Failure ??= $"{what}, line {line}";

    private void Jump(int label)
    {
        assembler.Branch(label);
        _isReachable = false;
        while (_depth != 0) Drop(Pop());
    }

    // What is on the stack goes on behind the label.
    private StackType Carry()
    {
        var item = Pop();
        var register = ToRegister(ref item);
        assembler.Move(assembler.Carrier, register);
        Drop(item);
        return item.Type;
    }

    private sealed class CodeLabel(int number)
    {
        public int Number => number;

        /// <summary>What is on the stack where control comes from.</summary>
        public StackType? Carries { get; set; }
    }
}
