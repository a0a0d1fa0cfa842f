/// Linux from Java, in the kernel's own nouns.
///
/// Start with [fcvm.linux.Fd]: an open file descriptor that closes, reads, writes and takes ioctls.
/// [fcvm.linux.Mapping] is memory that `mmap` gave, [fcvm.linux.EventFd] a counter that wakes,
/// [fcvm.linux.EventLoop] the thread that waits for many of them. A failed call is a
/// [fcvm.linux.LinuxException] that names the call, its object and the [fcvm.linux.Errno].
///
/// All native calls leave through one door, the package-private `Libc`: one downcall shape, because
/// distinct shapes, not calls, are what start-up pays for. A new system call is a private
/// `MemorySegment` constant beside the code that needs it, looked up with `Libc.function`.
package fcvm.linux;
