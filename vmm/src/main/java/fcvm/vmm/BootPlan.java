package fcvm.vmm;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What to boot, on how much hardware.
///
/// @param kernel the kernel image
/// @param initrd the initial RAM disk, if there is one
/// @param cmdline the kernel's command line, complete
/// @param memory where memory is, from [Architecture#memoryRanges]
/// @param vcpus how many vCPUs
/// @param nesting whether and how they can be a hypervisor's
/// @param devices how many virtio devices
/// @param isPci whether they are on PCI, otherwise on mmio
public record BootPlan(
    Path kernel,
    @Nullable Path initrd,
    String cmdline,
    List<AddressRange> memory,
    int vcpus,
    Nesting nesting,
    int devices,
    boolean isPci) {

  public BootPlan {
    memory = List.copyOf(memory);
  }

  /// Opens the kernel.
  public BootFile openKernel() throws BootException {
    return BootFile.open("kernel", kernel);
  }

  /// Opens the initrd, if there is one.
  public @Nullable BootFile openInitrd() throws BootException {
    return initrd == null ? null : BootFile.open("initrd", initrd);
  }
}
