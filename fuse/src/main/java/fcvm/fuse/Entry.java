package fcvm.fuse;

/// A file that was found by name, and that the guest's kernel now knows until it forgets it.
///
/// @param nodeId the number by which requests name it
/// @param generation differs where a number names another file than before
public record Entry(long nodeId, long generation, Attr attr) {}
