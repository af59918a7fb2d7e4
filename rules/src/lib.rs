//! The rules of Hone: their files, their typed schema, and what loads them.

pub mod builtin;

pub mod review;

pub mod yaml;

pub mod profile;
