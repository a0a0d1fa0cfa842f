package fcvm.provision;

import fcvm.linux.Arch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/// Everything for one architecture, in order: what `fcvm setup` does.
public final class Setup {
  private final Provision provision;

  public Setup(Provision provision) {
    this.provision = provision;
  }

  /// Fetches and builds what is missing.
  ///
  /// @return what there is now, by name, with its size in bytes
  public Map<String, Long> run(Arch arch) throws IOException {
    Map<String, Long> sizes = new LinkedHashMap<>();
    sizes.put("host tools", Trees.size(provision.tools().root()));
    Kernel kernel = provision.kernel(arch);
    sizes.put("kernel " + kernel.version(), Files.size(kernel.image()));
    sizes.put("initrd", Files.size(kernel.initrd()));
    provision.plainInitrd(arch);
    sizes.put("root file system", Files.size(provision.rootfs(arch)));
    Path disk = provision.blankDisk();
    sizes.put("template of writable disks", (Long) Files.getAttribute(disk, "unix:size"));
    return sizes;
  }
}
