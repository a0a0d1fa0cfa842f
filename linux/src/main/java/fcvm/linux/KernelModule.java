package fcvm.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/// Code for the running kernel, `finit_module(2)`.
public final class KernelModule {
  private static final int MODULE_INIT_COMPRESSED_FILE = 4;

  // The same number on both architectures is not given: glibc has no wrapper.
  private static final int SYS_FINIT_MODULE =
      switch (Arch.current()) {
        case AMD64 -> 313;
        case ARM64 -> 273;
      };

  private static final MemorySegment SYSCALL = Libc.function("syscall");

  private KernelModule() {}

  /// Loads a module, which the kernel decompresses itself (CONFIG_MODULE_DECOMPRESS). What it
  /// depends on must be loaded already; loading one that is loaded does nothing.
  ///
  /// @param file `.ko.xz` of the running kernel
  /// @param parameters `name=value`, separated by spaces; may be empty
  public static void load(Path file, String parameters) throws LinuxException {
    try (Fd module = Fd.open(file.toString(), Fd.O_RDONLY);
        Arena arena = Arena.ofConfined()) {
      int result =
          Libc.callInt(
              SYSCALL,
              SYS_FINIT_MODULE,
              module.number(),
              arena.allocateFrom(parameters).address(),
              MODULE_INIT_COMPRESSED_FILE);
      if (result != -Errno.EEXIST.number()) {
        LinuxException.check("finit_module(\"" + file + "\")", result);
      }
    }
  }
}
