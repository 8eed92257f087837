// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Abstractions;

/// <summary>
/// A device that is a <see cref="RegisterMap"/> and one rule for its outputs. An author fills <see cref="Map"/> in the
/// constructor and says in <see cref="Update"/> what the registers drive.
/// </summary>
/// <param name="unassigned">Where accesses to offsets that mean nothing go.</param>
public abstract class RegisterDevice(IUnassigned unassigned) : IMmioDevice
{
    /// <inheritdoc/>
    public virtual uint WindowBytes => 0x1000;

    /// <inheritdoc/>
    public virtual bool InTransaction => false;

    /// <summary>The registers.</summary>
    protected RegisterMap Map { get; } = new(unassigned);

    /// <inheritdoc/>
    public ulong Read(uint offset, AccessWidth width)
    {
        Refresh();
        var value = Map.Read(offset, width);
        Update();
        return value;
    }

    /// <inheritdoc/>
    public void Write(uint offset, AccessWidth width, ulong value)
    {
        Refresh();
        Map.Write(offset, width, (uint)value);
        Update();
    }

    /// <inheritdoc/>
    public void Reset()
    {
        Map.Reset();
        Apply();
        Update();
    }

    /// <inheritdoc/>
    public void Save(IStateWriter state) => Map.Save(state);

    /// <inheritdoc/>
    public void Restore(IStateReader state)
    {
        Map.Restore(state);
        Apply();
        Update();
    }

    /// <summary>Catches up with what time has brought: before every access.</summary>
    protected virtual void Refresh()
    {
    }

    /// <summary>Brings outputs, timers and ports that change seldom in line with registers that were all replaced.</summary>
    protected virtual void Apply()
    {
    }

    /// <summary>Drives the interrupt lines as the registers say: after every access, reset and restore.</summary>
    protected virtual void Update()
    {
    }
}
