//! The rules of Hone: their files, their typed schema, and what loads them.

pub mod builtin;
pub mod models;

pub mod profile;

pub mod review;

pub mod yaml;
