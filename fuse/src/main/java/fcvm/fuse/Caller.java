package fcvm.fuse;

/// On whose behalf a request came, as the guest's kernel says.
///
/// @param uid the user that owns what it makes
/// @param gid its group
/// @param pid its process, for people
/// @param group one more group that it is in, where that matters, or [#NO_GROUP]
public record Caller(int uid, int gid, int pid, int group) {
  /// There is no more group.
  public static final int NO_GROUP = -1;
}
