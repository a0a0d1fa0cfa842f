package fcvm.vmm.x86_64;

/// A kernel in guest memory.
///
/// @param entry how to enter it
/// @param end the first address that it will not overwrite before it knows the memory map
/// @param initrdLimit where an initrd must end
/// @param cmdlineSize the longest command line that it takes, in bytes
record Loaded(Entry entry, long end, long initrdLimit, int cmdlineSize) {}
