package fcvm.linux;

import java.util.Locale;

/// A processor architecture that fcvm runs on and boots.
public enum Arch {
  AMD64("amd64", "x86_64", 12, 4, 116, 0x10000, 0x20000, 0x4000),
  ARM64("arm64", "aarch64", 16, 8, 159, 0x4000, 0x8000, 0x10000);

  private final String debianName;
  private final String kernelName;
  private final int epollEventSize;
  private final int epollDataOffset;
  private final int setgroupsNumber;
  private final int directoryFlag;
  private final int nofollowFlag;
  private final int directFlag;

  Arch(
      String debianName,
      String kernelName,
      int epollEventSize,
      int epollDataOffset,
      int setgroupsNumber,
      int directoryFlag,
      int nofollowFlag,
      int directFlag) {
    this.debianName = debianName;
    this.kernelName = kernelName;
    this.epollEventSize = epollEventSize;
    this.epollDataOffset = epollDataOffset;
    this.setgroupsNumber = setgroupsNumber;
    this.directoryFlag = directoryFlag;
    this.nofollowFlag = nofollowFlag;
    this.directFlag = directFlag;
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

  /// The system call's number, for the one that libc offers for whole processes only.
  int setgroupsNumber() {
    return setgroupsNumber;
  }

  /// O_DIRECTORY.
  int directoryFlag() {
    return directoryFlag;
  }

  /// O_NOFOLLOW.
  int nofollowFlag() {
    return nofollowFlag;
  }

  /// O_DIRECT.
  int directFlag() {
    return directFlag;
  }

  @Override
  public String toString() {
    return debianName;
  }
}
