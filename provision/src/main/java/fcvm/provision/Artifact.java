package fcvm.provision;

/// Something that is built once and kept, a file or a directory.
///
/// @param kind what it is, such as `rootfs-arm64`: artifacts of one kind replace each other
/// @param key twelve hexadecimal digits over all that it is built from
/// @param suffix ending of its name, such as `.erofs`
/// @param what the same for people, such as `root file system for arm64`
/// @param bytes about how much disk building it takes
record Artifact(String kind, String key, String suffix, String what, long bytes) {
  static final long MIB = 1L << 20;

  /// Name in the data directory.
  String name() {
    return kind + "-" + key + suffix;
  }
}
