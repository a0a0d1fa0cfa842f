/// What must be fetched or built before a VM can run, found again by its content.
///
/// Start with [fcvm.provision.Provision]: it answers with host tools, kernels, root file systems
/// and disks, and makes what is missing. [fcvm.provision.Setup] asks it for everything at once;
/// [fcvm.provision.Dirs] says where files go, [fcvm.provision.Progress] who is told.
///
/// Beneath it, `ArtifactStore` builds each thing once, whoever asks first. `Apt` fetches Debian's
/// packages, verified, into a directory of its own, for either architecture and without root
/// rights. From them come the [fcvm.provision.ToolTree] (host programs), `KernelBuild` and `Initrd`
/// (what a guest boots), `RootFs` with `BusyboxImage` and a linked `Jdk` (what it runs), and
/// `BlankDisk` (where it writes).
///
/// [fcvm.provision.Kernels] builds kernels from source: a [fcvm.provision.KernelProfile] says with
/// which options (`KernelFragment`), `KernelMake` makes one out of a `KernelSource`.
package fcvm.provision;
