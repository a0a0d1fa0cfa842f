package fcvm.fuse;

/// Decodes requests about open directories.
record DirectoryRequests(Directories directories, FuseOptions options) {
  void opendir(Request request, Reply reply) throws FuseException {
    FileRequests.opened(reply, directories.opendir(request.caller(), request.node()));
  }

  void readdir(Request request, Reply reply) throws FuseException {
    directories.readdir(
        request.node(), request.u64(0), request.u64(8), writer(request, reply, false));
  }

  void readdirplus(Request request, Reply reply) throws FuseException {
    directories.readdirplus(
        request.node(), request.u64(0), request.u64(8), writer(request, reply, true));
  }

  /// `struct fuse_read_in`, as for files.
  private DirentWriter writer(Request request, Reply reply, boolean isPlus) throws FuseException {
    long size = Math.min(Integer.toUnsignedLong(request.u32(16)), reply.capacity());
    return new DirentWriter(reply, options, isPlus, Math.min(size, Reply.MAX_PAYLOAD));
  }

  void releasedir(Request request) throws FuseException {
    directories.releasedir(request.node(), request.u64(0));
  }

  void fsyncdir(Request request) throws FuseException {
    directories.fsyncdir(request.node(), request.u64(0), FileRequests.isDataOnly(request));
  }
}
