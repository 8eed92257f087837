// SPDX-License-Identifier: Apache-2.0
using EdgeHypervisor.Descriptions;
using EdgeHypervisor.Runtime;

namespace EdgeHypervisor.Boards;

/// <summary>A VM's hold on a peripheral, through one of its ports.</summary>
internal interface IBinding
{
    PortMapping Mapping { get; }

    PortOwner Owner { get; }

    /// <summary>The VM is about to run.</summary>
    void Open();

    /// <summary>The VM has ceased to run: nothing of it acts from now on.</summary>
    void Close(OutputRelease reason);

    /// <summary>The VM is gone.</summary>
    void Leave();
}
