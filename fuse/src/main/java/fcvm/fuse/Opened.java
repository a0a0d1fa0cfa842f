package fcvm.fuse;

/// A file that was made and opened in one go.
///
/// @param handle as [Files#open] gives it
public record Opened(Entry entry, long handle) {}
