// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Translation;

/// <summary>
/// Accesses of one block at the same register while its value stays: the whole span is checked once, at the first of
/// them. That one goes to the interpreter when any of them would, which is slower and never wrong.
/// </summary>
internal sealed class AccessGroup
{
    /// <summary>A span of at most a page touches at most two, the pages of its ends.</summary>
    public const int MaximumSpan = 4096;

    private long _storeLow = long.MaxValue;
    private long _storeHigh = long.MinValue;

    private AccessGroup(MemoryOperand first)
    {
        Register = first.Register;
        Low = first.Displacement;
        High = first.Displacement + first.LengthBytes;
    }

    /// <summary>The register.</summary>
    public int Register { get; }

    /// <summary>The lowest displacement.</summary>
    public long Low { get; private set; }

    /// <summary>Behind the last byte.</summary>
    public long High { get; private set; }

    /// <summary>How many accesses.</summary>
    public int Count { get; private set; }

    /// <summary>All displacements.</summary>
    public (long Low, long High) Span => (Low, High);

    /// <summary>Those of its stores.</summary>
    public (long Low, long High) Stores => (_storeLow, _storeHigh);

    /// <summary>The groups of a block, by the index of the instruction; null where an access stands alone or there is none.</summary>
    public static AccessGroup?[] Find<TInstruction>(RegionPlan<TInstruction>.Step[] steps, IInstructionEmitter<TInstruction> emitter)
        where TInstruction : class
    {
        var groups = new AccessGroup?[steps.Length];
        var current = new AccessGroup[steps.Length]; // one for a register
        var count = 0;
        var registers = new RegisterSet();
        for (var i = 0; i < steps.Length; i++)
        {
            if (emitter.TryGetOperand(steps[i].Instruction, out var operand))
            {
                var at = 0;
                while (at < count && current[at].Register != operand.Register) at++;
                if (at == count || !current[at].TryAdd(operand))
                {
                    if (at == count) count++;
                    current[at] = new AccessGroup(operand);
                    current[at].TryAdd(operand);
                }
                groups[i] = current[at];
            }
            if (count == 0) continue;
            registers.Clear();
            emitter.CollectRegisters(steps[i].Instruction, registers);
            for (var at = count - 1; at >= 0; at--)
            {
                if (registers.IsWritten(current[at].Register)) current[at] = current[--count];
            }
        }
        for (var i = 0; i < groups.Length; i++)
        {
            if (groups[i] is { Count: < 2 }) groups[i] = null;
        }
        return groups;
    }

    private bool TryAdd(MemoryOperand operand)
    {
        long low = Math.Min(Low, operand.Displacement), high = Math.Max(High, operand.Displacement + operand.LengthBytes);
        if (high - low > MaximumSpan) return false;
        (Low, High) = (low, high);
        Count++;
        if (operand.IsStore)
        {
            _storeLow = Math.Min(_storeLow, operand.Displacement);
            _storeHigh = Math.Max(_storeHigh, operand.Displacement + operand.LengthBytes);
        }
        return true;
    }
}
