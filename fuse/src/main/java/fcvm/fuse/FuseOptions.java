package fcvm.fuse;

import java.time.Duration;

/// How a directory is served.
///
/// @param isReadOnly whether every change is refused, EROFS
/// @param attributeTimeout how long a guest may believe what it was told of a file
/// @param entryTimeout how long it may believe that a name stands for a file, or for none
/// @param hasWritebackCache whether its kernel may keep writes to itself for a while: faster, but
///   the host sees them late, and times of modification are the guest's
public record FuseOptions(
    boolean isReadOnly,
    Duration attributeTimeout,
    Duration entryTimeout,
    boolean hasWritebackCache) {
  /// What others do becomes visible within this time.
  public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(1);

  /// Everything may change, and the host sees it at once.
  public static final FuseOptions DEFAULT =
      new FuseOptions(false, DEFAULT_TIMEOUT, DEFAULT_TIMEOUT, false);

  public FuseOptions {
    if (attributeTimeout.isNegative() || entryTimeout.isNegative()) {
      throw new IllegalArgumentException("a timeout cannot be negative");
    }
  }

  /// The same, read-only.
  public FuseOptions readOnly() {
    return new FuseOptions(true, attributeTimeout, entryTimeout, hasWritebackCache);
  }
}
