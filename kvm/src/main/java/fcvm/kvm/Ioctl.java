package fcvm.kvm;

/// A request to KVM: its name, and its number as `include/uapi/asm-generic/ioctl.h` composes it.
///
/// @param name the kernel's name, for error messages
/// @param number direction, size of the argument, KVM's type 0xAE, and the request's own number
public record Ioctl(String name, long number) {
  private static final long KVMIO = 0xAE;
  private static final int WRITE = 1;
  private static final int READ = 2;

  private static Ioctl of(String name, int direction, int nr, long size) {
    return new Ioctl(name, (long) direction << 30 | size << 16 | KVMIO << 8 | nr);
  }

  /// `_IO`: the argument, if any, is a number.
  public static Ioctl plain(String name, int nr) {
    return of(name, 0, nr, 0);
  }

  /// `_IOW`: KVM reads a structure of `size` bytes.
  public static Ioctl write(String name, int nr, long size) {
    return of(name, WRITE, nr, size);
  }

  /// `_IOR`: KVM writes a structure of `size` bytes.
  public static Ioctl read(String name, int nr, long size) {
    return of(name, READ, nr, size);
  }

  /// `_IOWR`: KVM reads and writes a structure of `size` bytes.
  public static Ioctl readWrite(String name, int nr, long size) {
    return of(name, READ | WRITE, nr, size);
  }
}
