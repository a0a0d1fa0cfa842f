package fcvm.linux;

import java.util.Locale;

/// A processor architecture that fcvm runs on and boots.
public enum Arch {
  AMD64("amd64", "x86_64", 12, 4),
  ARM64("arm64", "aarch64", 16, 8);

  private final String debianName;
  private final String kernelName;
  private final int epollEventSize;
  private final int epollDataOffset;

  Arch(String debianName, String kernelName, int epollEventSize, int epollDataOffset) {
    this.debianName = debianName;
    this.kernelName = kernelName;
    this.epollEventSize = epollEventSize;
    this.epollDataOffset = epollDataOffset;
  }

  /// The architecture that this process runs on.
  public static Arch current() {
    return of(System.getProperty("os.arch"));
  }

  /// An architecture by Debian's or the kernel's name for it.
  ///
  /// @throws IllegalArgumentException for any other name; the message says which ones there are
  public static Arch of(String name) {
    for (Arch arch : values()) {
      String wanted = name.toLowerCase(Locale.ROOT);
      if (arch.debianName.equals(wanted) || arch.kernelName.equals(wanted)) {
        return arch;
      }
    }
    throw new IllegalArgumentException(
        "unknown architecture '" + name + "': there are amd64 (x86_64) and arm64 (aarch64)");
  }

  /// `amd64`, `arm64`.
  public String debianName() {
    return debianName;
  }

  /// `x86_64`, `aarch64`: what `uname -m` says.
  public String kernelName() {
    return kernelName;
  }

  /// `sizeof(struct epoll_event)`: packed on x86_64 alone (`include/uapi/linux/eventpoll.h`).
  int epollEventSize() {
    return epollEventSize;
  }

  int epollDataOffset() {
    return epollDataOffset;
  }

  @Override
  public String toString() {
    return debianName;
  }
}
